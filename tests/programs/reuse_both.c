#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int opt = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR | SO_REUSEPORT, &opt, sizeof(opt));
    close(fd);
    return 0;
}
