/* Sends N zero bytes to 127.0.0.1:PORT, CHUNK at a time. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    long long left = atoll(argv[2]);
    size_t chunk = strtoul(argv[3], 0, 10);
    char *data = calloc(1, chunk);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof name)) return 1;
    while (left > 0) {
        ssize_t n = send(fd, data, left < (long long)chunk ? (size_t)left : chunk, 0);
        if (n < 0) return 1;
        left -= n;
    }
    return 0;
}
