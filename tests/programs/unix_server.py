import os
import socket

PATH = "/tmp/learner.sock"

if os.path.exists(PATH):
    os.remove(PATH)

server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind(PATH)
server.listen()

try:
    while True:
        connection, _ = server.accept()
        with connection:
            chunks = []
            while (chunk := connection.recv(16)):
                chunks.append(chunk)
            connection.sendall(b"bye")
finally:
    server.close()
    os.unlink(PATH)
