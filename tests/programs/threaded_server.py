#!/usr/bin/env python3
"""A chat server's beginning: one thread for each client."""
from socket import socket, AF_INET, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR
from threading import Thread
import logging

log = logging.getLogger(__name__)


def serve(conn: socket, address) -> None:
    log.info("client %s", address)
    conn.send(b"who are you?\r\n")
    name = conn.recv(100)
    if not name:
        conn.close()
        return
    conn.sendall(name)
    conn.close()


def main():
    listener = socket(AF_INET, SOCK_STREAM)
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        listener.bind(("localhost", 50007))
    except OSError as e:
        print(f"cannot bind: {e}")
        return
    listener.listen(5)
    while True:
        conn, address = listener.accept()
        Thread(target=serve, args=(conn, address), daemon=True).start()


if __name__ == "__main__":
    main()
