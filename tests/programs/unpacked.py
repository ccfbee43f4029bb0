import socket

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 50007))
s.listen()
while True:
    conn = s.accept()
    data = conn.recv(100)
    conn.send(b"ok")
    conn.close()
