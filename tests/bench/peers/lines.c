/* The least that can read the lines of a script: words, two calls, nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
    FILE *in = argc > 1 ? fopen(argv[1], "r") : 0;
    char line[256], call[16], name[16], arg[128], room[4096];
    int fd[2];
    if (!in || !fgets(line, sizeof line, in) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd)) return 1;
    while (fgets(line, sizeof line, in)) {
        if (sscanf(line, "%15s %15s %127s", call, name, arg) != 3) return 1;
        int on = fd[name[0] - 'a'];
        if (!strcmp(call, "send")) {
            if (send(on, arg, strlen(arg), 0) < 0) return 1;
        } else if (recv(on, room, atol(arg), 0) < 0) {
            return 1;
        }
    }
    return 0;
}
