/*
 * The floor of a broadcast: a loop of bare send() over sockets that were handed down, from file descriptor 3 on.
 * Arguments: number of sockets, rounds, bytes of a frame, microseconds between rounds. Prints the CPU time of the
 * sending alone, user and system, in microseconds.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double cpu_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* Text frame of RFC 6455, of so many bytes in all, between 130 and 65,539. */
static void make_frame(unsigned char *frame, size_t bytes) {
  size_t payload = bytes - 4;
  frame[0] = 0x81;
  frame[1] = 126;
  frame[2] = payload >> 8;
  frame[3] = payload & 0xff;
  memset(frame + 4, ' ', payload);
  memcpy(frame + 4, "{\"op\":\"floor\"}", 14);
}

static int send_all(int fd, const unsigned char *frame, size_t bytes) {
  for (size_t sent = 0; sent < bytes;) {
    ssize_t n = send(fd, frame + sent, bytes - sent, MSG_NOSIGNAL);
    if (n >= 0) {
      sent += n;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      struct pollfd one = {fd, POLLOUT, 0};
      poll(&one, 1, 1000);
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int sockets = atoi(argv[1]), rounds = atoi(argv[2]);
  size_t bytes = atoi(argv[3]);
  useconds_t pause = atoi(argv[4]);
  unsigned char *frame = malloc(bytes);
  make_frame(frame, bytes);
  double used = 0;
  for (int round = 0; round < rounds; round++) {
    double before = cpu_us();
    for (int i = 0; i < sockets; i++) {
      if (send_all(3 + i, frame, bytes) < 0) {
        perror("send");
        return 1;
      }
    }
    used += cpu_us() - before;
    usleep(pause);
  }
  printf("%.0f\n", used);
  return 0;
}
