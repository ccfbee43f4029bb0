#include <netinet/in.h>
#include <sys/socket.h>

int main(void)
{
    struct sockaddr_in addr, other = { .sin_family = AF_INET, .sin_port = htons(50007) };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    addr.sin_port = htons(50007);
    addr.sin_addr.s_addr = INADDR_ANY;
    bind(fd, (struct sockaddr *)&addr, sizeof(addr));
    connect(fd, (struct sockaddr *)&other, sizeof(&other));
    return 0;
}
