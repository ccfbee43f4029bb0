#include <netinet/in.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>

int main(void)
{
    struct sockaddr_in addr;
    fd_set rd;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&addr, 0, sizeof addr);
    addr.sin_family = AF_INET;
    addr.sin_port = htons(50007);
    bind(fd, (struct sockaddr *)&addr, sizeof addr);
    listen(fd, 5);
    for (;;) {
        FD_ZERO(&rd);
        FD_SET(fd, &rd);
        select(fd + 1, &rd, NULL, NULL, NULL);
        if (FD_ISSET(fd, &rd))
            accept(fd, NULL, NULL);
    }
}
