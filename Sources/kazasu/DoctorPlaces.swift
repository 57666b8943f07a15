/// Where the doctor looks on this machine; tests give it folders of their own.
struct DoctorPlaces: Sendable {
    /// The socket of the PC/SC service, where `PCSCLITE_CSOCK_NAME` names no other.
    var socket = "/run/pcscd/pcscd.comm"
    /// The service.
    var daemon = "/usr/sbin/pcscd"
    /// The service's drivers for USB readers.
    var drivers = "/usr/lib/pcsc/drivers"
    /// What the kernel says of USB devices.
    var usbDevices = "/sys/bus/usb/devices"
    /// By what programs use them.
    var usbNodes = "/dev/bus/usb"
    /// What is installed, on Debian.
    var packages = "/var/lib/dpkg/status"
    /// Which system this is (os-release(5)).
    var release = "/etc/os-release"
}
