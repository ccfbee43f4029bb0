import socket

class Server:
    def __init__(self):
        self.s = socket.socket()

s = socket.socket()
s.bind(("127.0.0.1", 50007))
s.listen()
c, a = s.accept()
c.send(c.recv(100).upper())
