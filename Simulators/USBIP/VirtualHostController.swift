import Glibc

/// The kernel's virtual host controller (vhci_hcd): a device at one end of a socket pair becomes a USB device of this machine.
enum VirtualHostController {
    private static let folder = "/sys/devices/platform/vhci_hcd.0"

    /// Gives the kernel a full-speed device and returns the end of the socket at which it is to be served.
    static func attach() throws(USBIPHostError) -> Int32 {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw USBIPHostError(code: .noController, cause: "socketpair", errno) }
        // The kernel keeps its end by itself, and reads from it in a thread that is to wait there.
        defer { close(pair[1]) }
        _ = fcntl(pair[1], F_SETFL, fcntl(pair[1], F_GETFL) & ~O_NONBLOCK)
        do throws(USBIPHostError) { try attach(pair[1]) } catch {
            close(pair[0])
            throw error
        }
        return pair[0]
    }

    /// Gives it the first free port. Another program may have taken that meanwhile (EBUSY), then it is the next one.
    private static func attach(_ socket: Int32) throws(USBIPHostError) {
        let full = 2
        while true {
            guard let port = freePort(in: try read("\(folder)/status")) else {
                throw USBIPHostError(code: .noFreePort, cause: "\(folder)/status")
            }
            let line = Array("\(port) \(socket) \(USBIPOperation.deviceID) \(full)".utf8)
            let file = open("\(folder)/attach", O_WRONLY | O_CLOEXEC)
            let written = file >= 0 ? write(file, line, line.count) : -1
            let number = errno
            if file >= 0 { close(file) }
            if written == line.count { return }
            guard number == EBUSY else {
                throw USBIPHostError(code: number == EACCES ? .notPermitted : .noController, cause: "\(folder)/attach", number)
            }
        }
    }

    /// The first port for full speed (hub `hs`) that is free (state 4) in the kernel's table.
    static func freePort(in status: String) -> Int? {
        for line in status.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 3, words[0] == "hs", Int(words[2]) == 4, let port = Int(words[1]) { return port }
        }
        return nil
    }

    private static func read(_ path: String) throws(USBIPHostError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw USBIPHostError(code: .noController, cause: path, errno) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count > 0 else { throw USBIPHostError(code: .noController, cause: path, errno) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
