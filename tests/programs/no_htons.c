#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    a.sin_port = 50007;
    bind(fd, (struct sockaddr *)&a, sizeof a);
    close(fd);
    return 0;
}
