import socket

host = "127.0.0.1"
request = (
    "GET / HTTP/1.1\r\n"
    f"Host: {host}\r\n"
    "Connection: close\r\n"
    "\r\n"
)

client = socket.create_connection((host, 50007), timeout=5)
client.sendall(request.encode())
response = b""
while True:
    part = client.recv(4096)
    if len(part) == 0:
        break
    response += part
client.close()
print(response.decode(errors="replace"))
