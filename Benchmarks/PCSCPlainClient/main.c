// What a C programmer writes: a client that measures SCardTransmit, and the fastest card at vpcd's port for it to talk to.
// usage: PCSCPlainClient card | PCSCPlainClient client READER
// The client reads "COUNT SIZE" (SIZE 2 or 258) a line and answers with the median of COUNT exchanges in nanoseconds.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

enum { most = 100000, vpcd_port = 35963 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int ascending(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void check(LONG code, const char *call) {
    if (code == SCARD_S_SUCCESS) return;
    fprintf(stderr, "%s: %s\n", call, pcsc_stringify_error(code));
    exit(1);
}

static int64_t measure(SCARDCONTEXT context, const char *reader, int count, int size) {
    static int64_t times[most];
    static const uint8_t read_binary[] = {0x00, 0xB0, 0x00, 0x00, 0x00}, empty_verify[] = {0x00, 0x20, 0x00, 0x80};
    const uint8_t *command = size == 2 ? empty_verify : read_binary;
    DWORD command_size = size == 2 ? sizeof empty_verify : sizeof read_binary;
    uint8_t answer[65538];
    SCARDHANDLE card;
    DWORD protocol;
    check(SCardConnect(context, reader, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol), "SCardConnect");
    for (int i = -20; i < count; i++) {
        DWORD length = sizeof answer;
        int64_t start = now();
        check(SCardTransmit(card, protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1, command, command_size, NULL, answer, &length),
              "SCardTransmit");
        if (i >= 0) times[i] = now() - start;
        if (length != (DWORD)size) exit(2);
    }
    check(SCardDisconnect(card, SCARD_UNPOWER_CARD), "SCardDisconnect");
    qsort(times, count, sizeof times[0], ascending);
    return times[count / 2];
}

static int client(const char *reader) {
    SCARDCONTEXT context;
    check(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context), "SCardEstablishContext");
    int count, size;
    while (scanf("%d %d", &count, &size) == 2 && count > 0 && count <= most) {
        printf("%lld\n", (long long)measure(context, reader, count, size));
        fflush(stdout);
    }
    check(SCardReleaseContext(context), "SCardReleaseContext");
    return 0;
}

static int receive(int connection, uint8_t *buffer, size_t count) {
    for (size_t received = 0; received < count;) {
        // vpcd sends length and body apart: without this each body waits for a delayed acknowledgement.
        int one = 1;
        setsockopt(connection, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
        ssize_t part = recv(connection, buffer + received, count - received, 0);
        if (part <= 0) return 0;
        received += part;
    }
    return 1;
}

static void answer(int connection, const uint8_t *body, size_t count) {
    uint8_t message[300] = {count >> 8, count & 0xFF};
    memcpy(message + 2, body, count);
    send(connection, message, count + 2, MSG_NOSIGNAL);
}

// Answers a command with Le by 256 bytes and 9000, any other by 9000.
static int card(void) {
    static const uint8_t answer_to_reset[] = {0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(vpcd_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int connection = -1, one = 1;
    for (int tries = 0; tries < 2000; tries++) {
        connection = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) break;
        close(connection);
        connection = -1;
        usleep(5000);
    }
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    static uint8_t message[65536], data[258] = {[256] = 0x90};
    while (receive(connection, message, 2)) {
        size_t count = message[0] << 8 | message[1];
        if (!receive(connection, message, count)) break;
        if (count > 1) answer(connection, count == 5 ? data : data + 256, count == 5 ? 258 : 2);
        else if (count == 1 && message[0] == 4) answer(connection, answer_to_reset, sizeof answer_to_reset);
    }
    return 0;
}

int main(int count, char **words) {
    if (count == 2 && strcmp(words[1], "card") == 0) return card();
    if (count == 3 && strcmp(words[1], "client") == 0) return client(words[2]);
    return 64;
}
