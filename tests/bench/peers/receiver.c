/* Accepts one TCP connection, reads it to its end; says its port first, and then bytes and microseconds from the first byte. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
    size_t size = argc > 1 ? strtoul(argv[1], 0, 10) : 65536;
    char *room = malloc(size);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&name, len) || listen(fd, 1)) return 1;
    getsockname(fd, (struct sockaddr *)&name, &len);
    printf("%d\n", ntohs(name.sin_port));
    fflush(stdout);
    int conn = accept(fd, 0, 0);
    long long total = 0;
    double begun = 0;
    for (;;) {
        ssize_t n = read(conn, room, size);
        if (n <= 0) break;
        if (!total) begun = now();
        total += n;
    }
    printf("%lld %.0f\n", total, now() - begun);
    return 0;
}
