#include <netinet/in.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define MAX 256

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

int main()
{
    struct sockaddr_in me, them;
    socklen_t length = sizeof(them);
    char buf[MAX];
    ssize_t n;
    int fd;

    fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (fd == -1)
        die("socket");

    memset((char *)&me, 0, sizeof(me));
    me.sin_family = AF_INET;
    me.sin_port = htons(50007);
    me.sin_addr.s_addr = htonl(INADDR_ANY);

    if (bind(fd, (struct sockaddr *)&me, sizeof(me)) == -1)
        die("bind");

    for (;;) {
        if ((n = recvfrom(fd, buf, MAX, 0, (struct sockaddr *)&them, &length)) == -1)
            die("recvfrom");
        if (sendto(fd, buf, n, 0, (struct sockaddr *)&them, length) == -1)
            die("sendto");
    }
}
