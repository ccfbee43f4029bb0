import socket
s = socket.socket()
s.connect(("127.0.0.1", 50007))
s.send("hello")
s.close()
