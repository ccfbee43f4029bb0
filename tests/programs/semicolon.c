#include <netinet/in.h>
#include <sys/socket.h>

int main(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0)
    listen(fd, 5);
    return 0;
}
