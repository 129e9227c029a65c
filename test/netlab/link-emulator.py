#!/usr/bin/python3
"""A link between two network interfaces that is as slow and as bad as one asks.

usage: link-emulator.py LEFT RIGHT [options]

Every Ethernet frame that comes in on one interface goes out on the other, through the same impairments in each
direction. Both interfaces are the far ends of veth pairs and lie in one namespace; the near ends must have their
segmentation and checksum offloads off, so that a frame is what a wire would carry. Prints "ready" once it forwards.

SIGUSR1 cuts the link (every frame is lost, those on their way too), SIGUSR2 mends it, SIGHUP prints one JSON line with
what has befallen the frames so far, SIGTERM ends the program.
Needs root. Uses only what Debian's python3-minimal brings.
"""
import argparse
import heapq
import json
import random
import select
import signal
import socket
import sys
import time

ETH_P_ALL = 3
ETHERNET_HEADER = 14
LONGEST_FRAME = 65536
# Frames taken from one interface before the other gets its turn.
BATCH = 64
SOCKET_BUFFER = 8 << 20


class Direction:
    """One way of the link: what becomes of a frame, and when it leaves."""

    def __init__(self, options, seed):
        self.options = options
        self.random = random.Random(seed)
        self.free_at = 0.0
        self.last_due = 0.0
        self.counts = dict.fromkeys(('frames', 'lost', 'corrupted', 'reordered', 'duplicated'), 0)

    def departures(self, frame, now):
        """The copies of a frame with their times; none where it is lost."""
        options, counts = self.options, self.counts
        counts['frames'] += 1
        if self.befalls(options.loss):
            counts['lost'] += 1
            return []
        if options.rate_mbit:
            start = max(now, self.free_at)
            if (start - now) * 1000 > options.queue_ms:
                counts['lost'] += 1
                return []
            self.free_at = now = start + len(frame) * 8 / (options.rate_mbit * 1e6)
        if self.befalls(options.corrupt):
            counts['corrupted'] += 1
            frame = self.with_flipped_bit(frame)
        if self.befalls(options.reorder):
            counts['reordered'] += 1
            departures = [(now, frame)]  # overtakes what is on its way
        else:
            delay = options.delay_ms + self.random.uniform(-options.jitter_ms, options.jitter_ms)
            # Jitter alone never lets one frame overtake another.
            self.last_due = max(self.last_due, now + max(0.0, delay) / 1000)
            departures = [(self.last_due, frame)]
        if self.befalls(options.duplicate):
            counts['duplicated'] += 1
            departures += departures
        return departures

    def befalls(self, share):
        return share > 0 and self.random.random() < share

    def with_flipped_bit(self, frame):
        if len(frame) <= ETHERNET_HEADER:
            return frame
        changed = bytearray(frame)
        changed[self.random.randrange(ETHERNET_HEADER, len(frame))] ^= 1 << self.random.randrange(8)
        return bytes(changed)


class Link:
    def __init__(self, options):
        self.sockets = [open_interface(options.left), open_interface(options.right)]
        self.directions = [Direction(options, options.seed), Direction(options, options.seed + 1)]
        self.on_the_way = []
        self.order = 0
        self.is_cut = False
        self.cuts = 0
        self.reports = 0

    def cut(self, *_):
        # Runs between any two instructions of the loop, so it only says what the loop then does.
        self.is_cut = True
        self.cuts += 1

    def mend(self, *_):
        self.is_cut = False

    def report(self, *_):
        self.reports += 1
        both = [direction.counts for direction in self.directions]
        counts = {name: sum(one[name] for one in both) for name in both[0]}
        print(json.dumps({'report': self.reports, **counts}), flush=True)

    def run(self):
        while True:
            self.deliver()
            wait = None
            if self.on_the_way:
                wait = max(0.0, self.on_the_way[0][0] - time.monotonic())
            readable, _, _ = select.select(self.sockets, [], [], wait)
            for source in readable:
                self.take(self.sockets.index(source))

    def deliver(self):
        now = time.monotonic()
        while self.on_the_way and self.on_the_way[0][0] <= now:
            _, _, cuts, target, frame = heapq.heappop(self.on_the_way)
            if cuts != self.cuts:
                continue
            try:
                self.sockets[target].send(frame)
            except OSError:
                pass  # the far end is gone or its queue is full: a wire would lose the frame too

    def take(self, source):
        for _ in range(BATCH):
            try:
                frame, address = self.sockets[source].recvfrom(LONGEST_FRAME)
            except OSError:
                return
            if address[2] == socket.PACKET_OUTGOING or self.is_cut:
                continue
            for due, copy in self.directions[source].departures(frame, time.monotonic()):
                self.order += 1
                heapq.heappush(self.on_the_way, (due, self.order, self.cuts, 1 - source, copy))


def open_interface(name):
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    raw.bind((name, 0))
    raw.setblocking(False)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
    return raw


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('left')
    parser.add_argument('right')
    share = 'share of the frames, 0 to 1'
    parser.add_argument('--delay-ms', type=float, default=0.0, help='one way')
    parser.add_argument('--jitter-ms', type=float, default=0.0, help='delay varies by up to so much, up or down')
    parser.add_argument('--loss', type=float, default=0.0, help=share)
    parser.add_argument('--duplicate', type=float, default=0.0, help=share)
    parser.add_argument('--corrupt', type=float, default=0.0, help=share + '; one bit behind the Ethernet header')
    parser.add_argument('--reorder', type=float, default=0.0, help=share + '; these skip the delay')
    parser.add_argument('--rate-mbit', type=float, default=0.0, help='0: no limit')
    parser.add_argument('--queue-ms', type=float, default=200.0, help='longest wait for the rate; more is lost')
    parser.add_argument('--seed', type=int, default=1)
    return parser.parse_args()


def main():
    link = Link(parse_options())
    signal.signal(signal.SIGUSR1, link.cut)
    signal.signal(signal.SIGUSR2, link.mend)
    signal.signal(signal.SIGHUP, link.report)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print('ready', flush=True)
    link.run()


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
