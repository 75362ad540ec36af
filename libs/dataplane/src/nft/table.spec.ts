import { renderRemoval, renderTable } from './table';

describe('the table', () => {
  it('is loaded in the place of whatever stood there, in one transaction', () => {
    expect(renderTable({ vxlanPort: 4789, cutLive: true })).toBe(`add table ip heddle
delete table ip heddle
table ip heddle {
  set schema_v2 {
    type inet_service . mark
    elements = { 4789 . 1 }
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
  chain to_container {
    type filter hook forward priority filter - 5; policy accept;
    oifname "s-*" goto check
  }
  chain check {
    ct state established meta l4proto tcp meta mark & 524288 == 524288 accept
    ct state established ip daddr . meta mark @answers accept
    iifname != "s-*" meta iifkind != "vxlan" ct direction reply ct state established accept
    ct state established tcp flags & rst == rst accept
    ct state related accept
    ip daddr . meta mark . meta l4proto . th dport @allow goto allowed
    ip daddr . meta mark . meta l4proto . th dport @allow_range goto allowed
    meta l4proto tcp counter reject with tcp reset
    counter reject with icmp type port-unreachable
  }
  chain allowed {
    ct direction original ct mark set meta mark | 524288 accept
    ct mark set meta mark | 1572864 accept
  }
}
`);
  });

  it('keeps tunnels on the port it is told', () => {
    const rules = renderTable({ vxlanPort: 8472, cutLive: true });
    expect(rules.match(/8472/g)).toHaveLength(4);
    expect(rules).not.toContain('4789');
  });

  it('lets pass whatever is established where live connections are kept', () => {
    const rules = renderTable({ vxlanPort: 4789, cutLive: false });
    expect(rules).toContain('elements = { 4789 . 0 }');
    expect(rules).toContain('  chain check {\n    ct state established accept\n    ct state related accept\n');
    expect(rules).not.toContain('@answers');
  });

  it('is removed whether it is there or not', () => {
    expect(renderRemoval()).toBe('add table ip heddle\ndelete table ip heddle\n');
  });
});
