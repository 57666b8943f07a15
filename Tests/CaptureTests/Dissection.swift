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
        "_ws.malformed", "_ws.expert.message", "usb.bInterfaceClass", "usb.idVendor", "ccid_card.escape", "ccid_card.part",
        "iso7816_t1.nad", "iso7816_t1.pcb", "iso7816_t1.ns", "iso7816_t1.more", "iso7816_t1.len", "iso7816_t1.inf", "iso7816_t1.lrc",
        "iso7816.atr.init_char", "iso7816.apdu.cla", "iso7816.apdu.ins", "iso7816.apdu.sw1", "iso7816.apdu.sw2", "iso7816.apdu.body",
    ]

    /// Dissects a file as 'help trace export' tells people to: with the script that is beside the sources, and nothing else told.
    init(_ path: String, in folder: TemporaryFolder) throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let script = "/\(root)/Wireshark/ccid-card.lua"
        let options = ["-X", "lua_script:\(script)", "-d", "usbccid.subdissector,ccid_card", "-T", "fields"]
        let words = ["tshark", "-r", path] + options + Self.names.flatMap { ["-e", $0] }
        let result = try runProgram(words, environment: ChildProcess.searchPath + ["HOME=\(folder.path)", "LC_ALL=C.UTF-8"]).checked()
        frames = result.output.split(separator: "\n").map(Frame.init)
    }
}
