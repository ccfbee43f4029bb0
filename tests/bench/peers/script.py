"""The same calls from a Python script."""

import socket
import sys

a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
for _ in range(int(sys.argv[1])):
    a.send(b"hello")
    b.recv(5)
