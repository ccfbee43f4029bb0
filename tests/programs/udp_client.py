import socket
import sys
import time

name = "world"
message = f"hello, {name}\n"
server = ("127.0.0.1", 50007)

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(2.0)
for i in range(3):
    sock.sendto(message.encode("utf-8"), server)
    time.sleep(0.1)
try:
    answer, _ = sock.recvfrom(4096)
    print(answer)
except socket.timeout:
    print("no answer")
    sys.exit(1)
finally:
    sock.close()
