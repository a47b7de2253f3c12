// SPDX-License-Identifier: Apache-2.0
#include "lint/busybox.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {

/// What `busybox --list` prints in the builds that are around, parts of the shell left out. Blanks between and around.
constexpr std::string_view kApplets =
    " acpid add-shell addgroup adduser adjtimex ar arch arp arping ascii ash awk base64 basename bc beep "
    "blkdiscard blockdev bootchartd brctl bunzip2 bzcat bzip2 cal cat chat chattr chgrp chmod chown chpasswd "
    "chpst chroot chvt cksum clear cmp comm cp cpio crc32 crond crontab cryptpw cttyhack cut date dc dd deallocvt "
    "delgroup deluser depmod devmem df diff dirname dmesg dnsdomainname dos2unix dpkg dpkg-deb du dumpkmap "
    "dumpleases echo ed egrep eject env envdir envuidgid ether-wake expand expr factor fallocate false fatattr "
    "fbset fbsplash fdflush fdisk fgconsole fgrep find findfs flock fold free freeramdisk fsck fsfreeze fstrim "
    "ftpget ftpput fuser getopt getty grep groups gunzip gzip halt hd hdparm head hexdump hostid hostname httpd "
    "hush hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer id ifconfig ifdown ifup inetd init inotifyd insmod "
    "install ionice iostat ip ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel kbd_mode kill killall "
    "killall5 klogd last length less link linux32 linux64 linuxrc ln loadfont loadkmap logger login logname "
    "logread losetup lpd lpq lpr ls lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop makedevs makemime man "
    "md5sum mdev mesg microcom mim mkdir mkdosfs mke2fs mkfifo mknod mkpasswd mkswap mktemp modinfo modprobe more "
    "mount mountpoint mpstat mt mv nameif nanddump nbd-client nc netcat netstat nice nl nmeter nohup nologin "
    "nproc nsenter nslookup ntpd nuke od openvt partprobe passwd paste patch pgrep pidof ping ping6 pipe_progress "
    "pivot_root pkill pmap popmaildir poweroff powertop printf ps pscan pstree pwd pwdx raidautorun rdate rdev "
    "readahead readlink readprofile realpath reboot reformime remove-shell renice reset resize resume rev rfkill "
    "rm rmdir rmmod route rpm rpm2cpio rtcwake run-init run-parts runlevel runsv runsvdir rx script scriptreplay "
    "sed sendmail seq setarch setconsole setfont setkeycodes setlogcons setpriv setserial setsid setuidgid "
    "sha1sum sha256sum sha3sum sha512sum showkey shred shuf slattach sleep smemcap softlimit sort split "
    "ssl_client start-stop-daemon stat strings stty su sulogin sum sv svc svlogd svok swapoff swapon switch_root "
    "sync sysctl syslogd tac tail tar taskset tc tcpsvd tee telnet telnetd test tftp time timeout top touch tr "
    "traceroute traceroute6 true truncate ts tty ttysize tunctl tune2fs ubiattach ubidetach ubimkvol ubirename "
    "ubirmvol ubirsvol ubiupdatevol udhcpc udhcpc6 udhcpd udpsvd uevent umount uname uncompress unexpand uniq "
    "unix2dos unlink unlzma unshare unxz unzip uptime users usleep uudecode uuencode vconfig vi vlock volname w "
    "wall watch watchdog wc wget which who whoami whois xargs xxd xz xzcat yes zcat zcip ";

}  // namespace

bool is_busybox_applet(std::string_view name) {
  return !name.empty() && name.find_first_of(" /") == std::string_view::npos &&
         kApplets.find(fmt::format(" {} ", name)) != std::string_view::npos;
}

bool may_be_busybox(const StartChain& shell) {
  if (shell.steps.empty() || !shell.steps.front().is_elf()) return false;
  // A link leads to the name of the real shell: dash, bash. Busybox is found under its own, or as a hard link or copy
  // under the name of the applet.
  const std::string_view name = file_name_of(shell.steps.front().resolved.path);
  return name == "sh" || name == "ash" || name == "hush" || name.starts_with("busybox");
}

}  // namespace sidecarctl::lint
