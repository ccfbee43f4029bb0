import socket

UDP_IP = "127.0.0.1"
UDP_PORT = 50007
BUFFER = 2 * 1024

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((UDP_IP, UDP_PORT))
print(f"listening on {UDP_IP}:{UDP_PORT}")

while True:
    data, client = sock.recvfrom(BUFFER)
    print(f"{client[0]} says {data.decode()!r}")
    sock.sendto(data, client)
