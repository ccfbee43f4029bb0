import socket

# Two ends in one program: the kernel chooses the port.
server = socket.create_server(("127.0.0.1", 0), backlog=3)
host, port = server.getsockname()
client = socket.create_connection(("127.0.0.1", port))
conn, peer = server.accept()
client.sendall(b"ping " + b"x" * 3)
data = conn.recv(100)
conn.sendall(data)
answer = client.recv(100)
client.shutdown(socket.SHUT_WR)
end = conn.recv(100)
assert end == b""
conn.close()
client.close()
server.close()
