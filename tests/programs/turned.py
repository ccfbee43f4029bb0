import socket

s = socket.socket(socket.SOCK_STREAM, socket.AF_INET)
s.connect(("127.0.0.1", 50007))
