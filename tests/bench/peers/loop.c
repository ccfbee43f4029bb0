/* The same calls from C: send and recv on a socketpair, N times each. */
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 0;
    int fd[2];
    char room[5];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd)) return 1;
    while (n-- > 0) {
        if (send(fd[0], "hello", 5, 0) != 5) return 1;
        if (recv(fd[1], room, 5, 0) != 5) return 1;
    }
    return 0;
}
