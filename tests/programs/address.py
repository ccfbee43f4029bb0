import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind("127.0.0.1", 50007)
server.listen

client = socket.socket()
client.connect("localhost:50007")
client.connect((localhost, 50007))
client.connect(("127.0.0.1", "50007"))
client.conect(("127.0.0.1", 50007))
print(client.recv())
