import socket
import threading

def server():
    s = socket.create_server(("127.0.0.1", 50007))
    conn, _ = s.accept()
    conn.send(b"hi")

t = threading.Thread(target=server)
t.start()
c = socket.create_connection(("127.0.0.1", 50007))
print(c.recv(10))
