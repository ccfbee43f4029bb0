import socket
import sys

if len(sys.argv) != 3:
    print("usage: arguments.py HOST PORT")
    sys.exit(1)

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.connect((sys.argv[1], int(sys.argv[2])))
line = input("> ")
s.sendall(line.encode())
print(s.recv(1024))
