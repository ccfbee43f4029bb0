#include <fcntl.h>
#include <stdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { COUNT = 3 };

int main(void)
{
    int sv[2], i, on = 1, kind;
    char out[8] = "ab";
    socklen_t len = sizeof kind;
    struct linger lin = { .l_onoff = 1, .l_linger = 2 };
    struct timeval tv;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) != 0) {
        perror("socketpair");
        return 1;
    }
    for (i = 0; i < 3; i++)
        write(sv[0], out, 2);
    write(sv[0], "end\n", 4);
    send(sv[0], out, sizeof(out), MSG_DONTWAIT | MSG_NOSIGNAL);
    int flags = fcntl(sv[1], F_GETFL, 0);
    fcntl(sv[1], F_SETFL, flags | O_NONBLOCK);
    tv.tv_sec = 1;
    tv.tv_usec = 500000;
    setsockopt(sv[1], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    getsockopt(sv[1], SOL_SOCKET, SO_TYPE, &kind, &len);

    int tcp = socket(PF_INET, SOCK_STREAM, IPPROTO_TCP);
    setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(tcp, SOL_SOCKET, SO_LINGER, &lin, sizeof lin);

    shutdown(sv[0], SHUT_WR);
    do {
        char in[64];
        ssize_t n = recv(sv[1], in, sizeof(in), 0);
        printf("%zd\n", n);
    } while (0);
    close(tcp);
    close(sv[0]);
    close(sv[1]);
    return 0;
}
