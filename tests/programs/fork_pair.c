#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void child(int fd)
{
    write(fd, "from the child", 15);
    close(fd);
    exit(0);
}

int main(void)
{
    int fd[2];
    char buf[100];
    pid_t pid;

    socketpair(PF_LOCAL, SOCK_STREAM, 0, fd);
    pid = fork();
    if (pid < 0) {
        perror("fork");
        exit(1);
    } else if (pid == 0) {
        close(fd[0]);
        child(fd[1]);
    } else {
        close(fd[1]);
        read(fd[0], buf, sizeof(buf));
        printf("parent got %s\n", buf);
        close(fd[0]);
        wait(NULL);
    }
    return 0;
}
