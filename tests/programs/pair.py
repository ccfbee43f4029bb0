import socket

parent, child = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
for word in [b"one", b"two\0", b"three \xff"]:
    parent.send(word)
first = child.recv(16, socket.MSG_PEEK)
first = child.recv(16)
child.setblocking(False)
child.recv(16); child.recv(16)
try:
    child.recv(16)
except BlockingIOError:
    pass
for s in (parent, child):
    s.close()
