import { renderRemoval, renderTable, schemaOf } from './table';

describe('the table', () => {
  it('is loaded in the place of whatever stood there, in one transaction', () => {
    expect(renderTable({ vxlanPort: 4789, cutLive: true })).toBe(`add table ip heddle
delete table ip heddle
table ip heddle {
  set schema {
    type mark
    elements = { ${schemaOf({ vxlanPort: 4789, cutLive: true })} }
  }
  set fingerprint {
    type mark
  }
  set senders {
    type ifname . ipv4_addr
    size 65536
  }
  map src_tag {
    type ifname . ipv4_addr : mark
    size 65536
  }
  set answers {
    type ipv4_addr . mark
    size 65536
  }
  set peers {
    type ipv4_addr
    size 65536
  }
  set allow {
    type ipv4_addr . mark . inet_proto . inet_service
    size 1048576
    counter
  }
  set allow_range {
    type ipv4_addr . mark . inet_proto . inet_service
    size 65536
    flags interval
    counter
  }
  map common_reach {
    type ifname . ipv4_addr : verdict
    size 65536
  }
  map own_reach {
    type ifname . ipv4_addr : verdict
    size 65536
  }
  set masked {
    type ipv4_addr
    size 65536
  }
  map published {
    type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
    size 65536
  }
  set targets {
    type ipv4_addr . inet_proto . inet_service
    size 65536
  }
  chain vtep_input {
    type filter hook input priority filter - 10; policy accept;
    iifname "s-*" udp dport 4789 counter drop
    udp dport 4789 ip saddr != @peers counter drop
  }
  chain tagging {
    type filter hook forward priority mangle; policy accept;
    iifname "s-*" goto from_container
  }
  chain from_container {
    iifname . ip saddr != @senders counter drop
    udp dport 4789 counter drop
    ct direction reply ct mark & 1572864 == 524288 meta mark set ct mark return
    ct direction original ct mark & 1572864 == 1572864 meta mark set ct mark & 4293918719 return
    meta mark set iifname . ip saddr map @src_tag
  }
  chain forwarded {
    type filter hook forward priority filter - 5; policy accept;
    oifname "s-*" goto check
    iifname "s-*" oifname != "silk-vtep" goto outward
  }
  chain check {
    ct state established meta l4proto tcp meta mark & 524288 == 524288 accept
    ct state established ip daddr . meta mark @answers accept
    iifname != "s-*" meta iifkind != "vxlan" ct direction reply ct state established accept
    ct state established tcp flags & rst == rst accept
    ct state related accept
    iifname != "s-*" iifname != "silk-vtep" ct status dnat ip daddr . meta l4proto . th dport @targets accept
    ip daddr . meta mark . meta l4proto . th dport @allow goto allowed
    ip daddr . meta mark . meta l4proto . th dport @allow_range goto allowed
    meta l4proto tcp counter reject with tcp reset
    counter reject with icmp type port-unreachable
  }
  chain allowed {
    ct direction original ct mark set meta mark | 524288 accept
    ct mark set meta mark | 1572864 accept
  }
  chain cell_input {
    type filter hook input priority filter - 5; policy accept;
    iifname "s-*" goto to_cell
  }
  chain to_cell {
    iifname . ip saddr != @senders counter drop
    ct state established,related accept
    counter reject with icmp type port-unreachable
  }
  chain outward {
    ct direction reply ct state established accept
    ct state related accept
    meta l4proto tcp ct state invalid counter drop
    iifname . ip saddr vmap @common_reach
    iifname . ip saddr vmap @own_reach
    goto refused
  }
  chain passed {
    accept
  }
  chain logged {
    meta l4proto != udp ct state invalid,new,untracked counter log prefix "OK_heddle "
    meta l4proto udp limit rate 100/second burst 100 packets counter log prefix "OK_heddle "
    accept
  }
  chain refused {
    ct state established meta l4proto tcp counter reject with tcp reset
    counter reject with icmp type port-unreachable
  }
  chain masquerading {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr @masked oifname != "s-*" oifname != "silk-vtep" masquerade
  }
  chain arriving {
    type nat hook prerouting priority dstnat; policy accept;
    iifname != "s-*" iifname != "silk-vtep" dnat ip to ip daddr . meta l4proto . th dport map @published
  }
}
`);
  });

  it('keeps tunnels on the port it is told', () => {
    const rules = renderTable({ vxlanPort: 8472, cutLive: true });
    expect(rules.match(/8472/g)).toHaveLength(3);
    expect(rules).not.toContain('4789');
  });

  it('lets pass whatever is established where live connections are kept', () => {
    const rules = renderTable({ vxlanPort: 4789, cutLive: false });
    expect(rules).toContain('  chain outward {\n    ct state established accept\n    ct state related accept\n');
    expect(rules).toContain('  chain check {\n    ct state established accept\n    ct state related accept\n');
    expect(rules).not.toContain('@answers');
  });

  it('names the services of the cell, and logs everything where that is wanted', () => {
    const rules = renderTable({
      ...{ vxlanPort: 4789, cutLive: true, logAll: true, refusalsLoggedPerSecond: 3 },
      hostServices: [{ address: '169.254.0.2', protocol: 'udp', port: 53 }],
    });
    expect(rules).toContain('    ip daddr . meta l4proto . th dport { 169.254.0.2 . udp . 53 } accept\n');
    expect(rules).toContain('  chain passed {\n    goto logged\n');
    expect(rules).toContain(
      '  chain refused {\n    limit rate 3/second burst 3 packets counter log prefix "DENY_heddle "\n',
    );
  });

  it('writes the address of the cell into what goes out, but for where it is told not to', () => {
    const unmasked = [
      { start: 0x0a000000, end: 0x0affffff },
      { start: 0xc0000201, end: 0xc0000201 },
    ];
    expect(renderTable({ vxlanPort: 4789, cutLive: true, unmasked })).toContain(
      'priority srcnat; policy accept;\n    ip daddr { 10.0.0.0-10.255.255.255, 192.0.2.1-192.0.2.1 } return\n    ip saddr @masked',
    );
  });

  it('counts connections that are too many, and refuses them unless that is a dry run', () => {
    const limited = (isDry: boolean) =>
      renderTable({ vxlanPort: 4789, cutLive: true, connectionLimit: { perSecond: 10, atOnce: 25, isDry } });
    expect(limited(false)).toContain('    flags dynamic,timeout\n    timeout 3s\n');
    expect(limited(false)).toContain(
      'update @connecting { iifname . ip daddr . th dport limit rate over 10/second burst 25 packets } jump too_many\n',
    );
    expect(limited(false)).toContain('chain too_many {\n    counter reject with icmp type port-unreachable\n  }');
    expect(limited(true)).toContain(
      'chain too_many {\n    limit rate 1/second burst 1 packets log prefix "DENY_ORL_heddle "\n    counter\n  }',
    );
  });

  it('is removed whether it is there or not', () => {
    expect(renderRemoval()).toBe('add table ip heddle\ndelete table ip heddle\n');
  });
});
