/* N sockets opened, looked at, closed. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 0, *fd = calloc(n + 1, sizeof *fd);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int i = 0; i < n; i++)
        if ((fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0) return 1;
    if (argc > 2 && strchr(argv[2], 'l'))
        for (int i = 0; i < n; i++) {
            struct sockaddr_in name;
            socklen_t len = sizeof name;
            getsockname(fd[i], (struct sockaddr *)&name, &len);
            len = sizeof name;
            getpeername(fd[i], (struct sockaddr *)&name, &len);
        }
    if (argc > 2 && strchr(argv[2], 'c'))
        for (int i = 0; i < n; i++)
            if (close(fd[i])) return 1;
    return 0;
}
