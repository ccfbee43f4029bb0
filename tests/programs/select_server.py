import select
import socket

server = socket.socket()
server.bind(("", 50007))
server.listen()
inputs = [server]
while inputs:
    readable, _, _ = select.select(inputs, [], [])
    for s in readable:
        if s is server:
            conn, _ = s.accept()
            inputs.append(conn)
        else:
            data = s.recv(1024)
            s.send(data.upper())
