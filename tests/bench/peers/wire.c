/* The wire of the lab, made by hand: two hosts in network namespaces, a veth pair each, AF_PACKET at the other ends.
   wire tcp|udp N: N round trips in lockstep, the thread that makes a call also moves the frames; microseconds on standard output.
   wire copy BYTES: bytes of TCP through a copier in a process of its own, many frames a system call; microseconds. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ns[3], pk[2];

static void die(const char *what) { perror(what); exit(1); }

static void sh(const char *format, int a, int b) {
    char line[512];
    snprintf(line, sizeof line, format, a, b);
    if (system(line)) { fprintf(stderr, "%s\n", line); exit(1); }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void stand(int at) { if (setns(ns[at], CLONE_NEWNET)) die("setns"); }

static void off(const char *name) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    unsigned all[] = {ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_STXCSUM};
    for (int i = 0; i < 3; i++) {
        struct ethtool_value value = {all[i], 0};
        struct ifreq r = {0};
        strcpy(r.ifr_name, name);
        r.ifr_data = (void *)&value;
        if (ioctl(fd, SIOCETHTOOL, &r)) die("ethtool");
    }
    close(fd);
}

static void put(const char *path, const char *text) {
    int fd = open(path, O_WRONLY);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) die(path);
    close(fd);
}

static void build(void) {
    if (geteuid()) {
        char map[64];
        snprintf(map, sizeof map, "0 %d 1", geteuid());
        if (unshare(CLONE_NEWUSER)) die("unshare");
        put("/proc/self/setgroups", "deny");
        put("/proc/self/uid_map", map);
    }
    for (int i = 0; i < 3; i++) {
        if (unshare(CLONE_NEWNET)) die("unshare");
        ns[i] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    }
    for (int i = 0; i < 2; i++) {
        stand(2);
        char line[256];
        snprintf(line, sizeof line, "ip link add w%d mtu 1500 type veth peer name e0 netns /proc/%d/fd/%d", i, getpid(), ns[i]);
        if (system(line)) exit(1);
        sh("ip link set w%d up arp off; echo 1 > /proc/sys/net/ipv6/conf/w%d/disable_ipv6", i, i);
        char name[8];
        snprintf(name, sizeof name, "w%d", i);
        pk[i] = socket(AF_PACKET, SOCK_RAW, 0);
        int one = 1, room = 8 << 20;
        setsockopt(pk[i], SOL_PACKET, 23 /* PACKET_IGNORE_OUTGOING */, &one, sizeof one);
        setsockopt(pk[i], SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        setsockopt(pk[i], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
        struct sockaddr_ll a = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = if_nametoindex(name)};
        if (bind(pk[i], (void *)&a, sizeof a)) die("bind");
        stand(i);
        sh("ip link set lo up; echo 1 > /proc/sys/net/ipv6/conf/e0/disable_ipv6; ip addr add 10.0.0.%d/16 dev e0; ip link set e0 up", i + 1, 0);
        off("e0");
    }
}

/* Moves what is there; says how many frames. */
static int move(void) {
    static char room[2048];
    int moved = 0;
    for (int i = 0; i < 2; i++) {
        ssize_t n;
        while ((n = recv(pk[i], room, sizeof room, MSG_DONTWAIT)) > 0) {
            send(pk[1 - i], room, n, MSG_DONTWAIT);
            moved++;
        }
    }
    return moved;
}

static void lockstep_send(int fd) {
    if (send(fd, "x", 1, 0) != 1) die("send");
    while (move()) { }
}

static void lockstep_recv(int fd) {
    char room[16];
    while (recv(fd, room, sizeof room, MSG_DONTWAIT) < 0) {
        if (errno != EAGAIN) die("recv");
        move();
    }
}

static struct sockaddr_in at(int host, int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(0x0a000000 + host);
    return a;
}

static void name(int fd, int host, int port) {
    struct sockaddr_in a = at(host, port);
    if (bind(fd, (void *)&a, sizeof a)) die("bind");
}

static void pair(int type, int *a, int *b) {
    stand(0);
    *a = socket(AF_INET, type | SOCK_NONBLOCK, 0);
    stand(1);
    *b = socket(AF_INET, type | SOCK_NONBLOCK, 0);
    struct sockaddr_in to_b = at(2, 9), to_a = at(1, 9);
    name(*b, 2, 9);
    if (type == SOCK_DGRAM) {
        name(*a, 1, 9);
        if (connect(*a, (void *)&to_b, sizeof to_b) || connect(*b, (void *)&to_a, sizeof to_a)) die("connect");
        return;
    }
    listen(*b, 1);
    connect(*a, (void *)&to_b, sizeof to_b);
    int conn, one = 1;
    while ((conn = accept(*b, NULL, NULL)) < 0) move();
    *b = conn;
    setsockopt(*a, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(*b, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void round_trips(int type, int n) {
    int a, b;
    pair(type, &a, &b);
    double begun = 0;
    for (int i = -10; i < n; i++) {
        if (i == 0) begun = now();
        lockstep_send(a);
        lockstep_recv(b);
        lockstep_send(b);
        lockstep_recv(a);
    }
    printf("%.1f\n", now() - begun);
}

enum { MANY = 64, FRAME = 2048 };

static void copy_for_ever(void) {
    static char room[MANY][FRAME];
    struct mmsghdr m[MANY];
    struct iovec v[MANY];
    struct pollfd p[2] = {{pk[0], POLLIN, 0}, {pk[1], POLLIN, 0}};
    for (;;) {
        poll(p, 2, -1);
        for (int i = 0; i < 2; i++) {
            for (;;) {
                memset(m, 0, sizeof m);
                for (int k = 0; k < MANY; k++) {
                    v[k] = (struct iovec){room[k], FRAME};
                    m[k].msg_hdr.msg_iov = &v[k];
                    m[k].msg_hdr.msg_iovlen = 1;
                }
                int n = recvmmsg(pk[i], m, MANY, MSG_DONTWAIT, NULL);
                if (n <= 0) break;
                for (int k = 0; k < n; k++) v[k].iov_len = m[k].msg_len;
                for (int sent = 0; sent < n;) {
                    int k = sendmmsg(pk[1 - i], m + sent, n - sent, MSG_DONTWAIT);
                    sent += k > 0 ? k : 1;
                }
            }
        }
    }
}

static void copy(long long bytes) {
    pid_t copier = fork();
    if (!copier) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        copy_for_ever();
    }
    static char room[256 << 10];
    stand(1);
    int l = socket(AF_INET, SOCK_STREAM, 0);
    name(l, 2, 9);
    listen(l, 1);
    pid_t sender = fork();
    if (!sender) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        stand(0);
        int s = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in to = at(2, 9);
        if (connect(s, (void *)&to, sizeof to)) die("connect");
        for (long long left = bytes; left > 0;) {
            ssize_t n = send(s, room, left < (long long)sizeof room ? left : (long long)sizeof room, 0);
            if (n < 0) die("send");
            left -= n;
        }
        _exit(0);
    }
    int s = accept(l, NULL, NULL);
    double begun = now();
    for (long long left = bytes; left > 0;) {
        ssize_t n = recv(s, room, sizeof room, 0);
        if (n <= 0) die("recv");
        left -= n;
    }
    printf("%.1f\n", now() - begun);
    kill(copier, SIGKILL);
    waitpid(copier, NULL, 0);
    waitpid(sender, NULL, 0);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    build();
    if (!strcmp(argv[1], "copy")) copy(atoll(argv[2]));
    else round_trips(strcmp(argv[1], "udp") ? SOCK_STREAM : SOCK_DGRAM, atoi(argv[2]));
    return 0;
}
