import type { HostileProgram } from '../program.ts';
import { python } from '../program.ts';

export const network: HostileProgram[] = [
  {
    id: 'network-host-services',
    tries:
      'to reach services of the host on loopback and on UNIX sockets, by path and by abstract name',
    code: python`
def connect(family, address):
    with socket.socket(family) as stream:
        stream.settimeout(1)
        stream.connect(address)
def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(0.3)
        one.connect(('127.0.0.1', bait['udpPort']))
        one.send(b'?')
        return one.recv(1)
attempt('tcp', lambda: connect(socket.AF_INET, ('127.0.0.1', bait['tcpPort'])))
attempt('tcp6', lambda: connect(socket.AF_INET6, ('::1', bait['tcp6Port'])))
attempt('udp', datagram)
attempt('unix path', lambda: connect(socket.AF_UNIX, bait['socketPath']))
attempt('unix abstract', lambda: connect(socket.AF_UNIX, '\0' + bait['abstractName']))
for path in ('/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock', '/run/dbus/system_bus_socket'):
    attempt(path, lambda: connect(socket.AF_UNIX, path))
`,
    verdicts: ['ok'],
    attempts: 9,
  },
  {
    id: 'network-outside',
    tries: 'to send anything to anywhere by IPv4, IPv6, raw sockets, multicast and name lookup',
    code: python`
def connect(family, address, kind=socket.SOCK_STREAM, protocol=0):
    with socket.socket(family, kind, protocol) as one:
        one.settimeout(1)
        one.connect(address)
        one.send(b'?')
attempt('inet', lambda: connect(socket.AF_INET, ('192.0.2.1', 80)))
attempt('inet6', lambda: connect(socket.AF_INET6, ('2001:db8::1', 80)))
attempt('datagram', lambda: connect(socket.AF_INET, ('192.0.2.1', 53), socket.SOCK_DGRAM))
attempt('datagram6', lambda: connect(socket.AF_INET6, ('2001:db8::1', 53), socket.SOCK_DGRAM))
attempt('link-local', lambda: connect(socket.AF_INET, ('169.254.169.254', 80)))
attempt('multicast', lambda: connect(socket.AF_INET, ('224.0.0.1', 4711), socket.SOCK_DGRAM))
attempt('raw', lambda: connect(socket.AF_INET, ('192.0.2.1', 0), socket.SOCK_RAW, 1))
attempt('name', lambda: socket.getaddrinfo('example.com', 80))
`,
    verdicts: ['ok'],
    attempts: 8,
  },
  {
    id: 'network-odd-families',
    tries:
      'families that name spaces do not cover, and netlink for interfaces that are not its own',
    code: python`
import struct
def interfaces():
    found = [name for _, name in socket.if_nameindex() if name != 'lo']
    return some(found)
def listed():
    found = [line for line in open('/proc/net/dev').readlines()[2:] if 'lo:' not in line]
    return some(found)
def bring_down():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as one:
        one.settimeout(1)
        # RTM_NEWLINK, acknowledged: interface 1, its flag "up" cleared.
        one.send(struct.pack('=IHHII', 32, 16, 5, 1, 0) + struct.pack('=BxHiII', 0, 0, 1, 0, 1))
        code = struct.unpack_from('=i', one.recv(4096), 16)[0]
        if code: raise OSError(-code, os.strerror(-code))
attempt('packet', lambda: socket.socket(17, socket.SOCK_RAW))
attempt('vsock', lambda: socket.socket(40, socket.SOCK_STREAM))
attempt('bluetooth', lambda: socket.socket(31, socket.SOCK_RAW, 1))
attempt('interfaces', interfaces)
attempt('interfaces in proc', listed)
attempt('netlink', bring_down)
`,
    verdicts: ['ok'],
    attempts: 6,
  },
];
