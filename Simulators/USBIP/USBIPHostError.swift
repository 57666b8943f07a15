import Diagnosis
import Glibc

/// A simulated device cannot be shown to other software.
public struct USBIPHostError: DiagnosedError, Equatable {
    enum Code: String {
        case noController = "vhci-missing"
        case noFreePort = "vhci-full"
        case notPermitted = "vhci-not-permitted"
        case cannotListen = "usbip-cannot-listen"
    }

    private let kind: Code
    /// The file or address, and the system's words.
    public let cause: String?

    init(code: Code, cause: String, _ number: Int32 = 0) {
        kind = code
        self.cause = number == 0 ? cause : "\(cause): \(String(cString: strerror(number)))"
    }

    /// What is wrong.
    public var code: String { kind.rawValue }
    /// What to do.
    public var sentence: Sentence {
        switch kind {
        case .noController:
            Sentence(
                ja: "カーネルに仮想USBがありません。root で modprobe vhci-hcd を実行してください",
                en: "the kernel has no virtual USB; as root, run modprobe vhci-hcd")
        case .noFreePort: Sentence(ja: "仮想USBのポートがすべて使われています", en: "every port of the virtual USB is in use")
        case .notPermitted: Sentence(ja: "仮想USBにつなぐにはrootの権限が必要です", en: "attaching to the virtual USB needs root")
        case .cannotListen:
            Sentence(ja: "指定されたアドレスで待ち受けできません", en: "cannot listen at the given address")
        }
    }
    /// The kernel or the network does not give what is needed.
    public var category: FailureCategory { kind == .notPermitted ? .notPermitted : .unavailable }
}
