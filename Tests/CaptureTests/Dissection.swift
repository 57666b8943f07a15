import CaptureFile
import TestSupport

/// What Wireshark's own dissectors say of a capture.
struct Dissection {
    /// One frame; fields that a dissector does not set are empty.
    struct Frame {
        let layers: [String]
        private let fields: [String]

        init(_ line: Substring) {
            fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            layers = fields[0].split(separator: ":").map(String.init)
        }

        subscript(_ name: String) -> String { Dissection.names.firstIndex(of: name).map { fields[$0] } ?? "?" }
    }

    let frames: [Frame]

    fileprivate static let names = [
        "frame.protocols", "frame.time_epoch", "frame.len", "frame.cap_len", "usb.urb_type", "usb.transfer_type", "usb.endpoint_address",
        "usb.urb_status", "usb.data_len", "usbccid.bMessageType", "usbccid.bSlot", "usbccid.bSeq", "usbccid.dwLength", "usb.capdata",
        "data.data",
        "_ws.malformed", "_ws.expert.message", "usb.bInterfaceClass", "usb.idVendor",
    ]

    /// Dissects a file. What CCID carries goes to the dissector of ISO/IEC 7816, which Wireshark asks a person to choose; nothing else is told.
    init(_ path: String, in folder: TemporaryFolder) throws {
        let script = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let options = ["-X", "lua_script:/\(script)/interrupt-endpoints.lua", "-d", "usbccid.subdissector,iso7816", "-T", "fields"]
        let words = ["tshark", "-r", path] + options + Self.names.flatMap { ["-e", $0] }
        let result = try runProgram(words, environment: ChildProcess.searchPath + ["HOME=\(folder.path)", "LC_ALL=C.UTF-8"]).checked()
        frames = result.output.split(separator: "\n").map(Frame.init)
    }
}
