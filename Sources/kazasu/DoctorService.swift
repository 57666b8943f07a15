import Commands
import Diagnosis
import Glibc
import ReaderTransport

/// Whether the PC/SC service is there and talks, and which readers it has.
struct DoctorService {
    let places: DoctorPlaces
    /// `PCSCLITE_CSOCK_NAME`, where it is set.
    let otherSocket: String?
    let packages: DoctorPackages

    private var socket: String { otherSocket ?? places.socket }

    /// Looks at the socket first, which costs nothing and tells more than the service's client library does; then `list` asks the service,
    /// within its own deadline.
    func look(
        _ list: () throws(TransportError) -> [AttachmentDescription]
    ) -> (finding: DoctorFinding, readers: [AttachmentDescription]?) {
        if let finding = troubleWithSocket() { return (finding, nil) }
        do throws(TransportError) {
            let readers = try list()
            let version = packages.versions["pcscd"].map { " (pcscd \($0))" } ?? ""
            return (
                .ok(
                    .service, Sentence(ja: "応答しています\(version)。", en: "It answers\(version)."),
                    cause: "\(socket): \(packages.description)"),
                readers
            )
        } catch {
            return (trouble(error), nil)
        }
    }

    // MARK: The socket

    private func troubleWithSocket() -> DoctorFinding? {
        var status = stat()
        guard stat(socket, &status) == 0 else {
            let number = errno
            return number == EACCES ? forbidden(number) : absent(number)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            return .failed(
                .service, "pcsc-socket-wrong", .unavailable,
                Sentence(ja: "PC/SC サービスのソケットではないものが指定されています。", en: "What is named as the service's socket is none."),
                advice: Sentence(
                    ja: "環境変数 PCSCLITE_CSOCK_NAME を確認してください。", en: "Check the environment variable PCSCLITE_CSOCK_NAME."),
                cause: "\(socket): no socket")
        }
        return access(socket, R_OK | W_OK) == 0 ? nil : forbidden(errno)
    }

    private func absent(_ number: Int32) -> DoctorFinding {
        let cause = "\(socket): \(String(cString: strerror(number)))"
        if otherSocket == nil, access(places.daemon, F_OK) != 0 {
            return .failed(
                .service, "pcsc-not-installed", .unavailable,
                Sentence(ja: "PC/SC サービスが入っていません。", en: "The service is not installed."),
                advice: Sentence(
                    ja: "sudo apt install pcscd libccid を実行してください。", en: "Run 'sudo apt install pcscd libccid'."), cause: cause)
        }
        return notRunning(cause)
    }

    private func notRunning(_ cause: String?) -> DoctorFinding {
        .failed(
            .service, "pcsc-not-running", .unavailable, Sentence(ja: "PC/SC サービスが動いていません。", en: "The service is not running."),
            advice: otherSocket == nil
                ? Sentence(
                    ja: "sudo systemctl enable --now pcscd.socket を実行してください。", en: "Run 'sudo systemctl enable --now pcscd.socket'.")
                : Sentence(
                    ja: "環境変数 PCSCLITE_CSOCK_NAME が指すサービスを起動するか、この変数を消してください。",
                    en: "Start the service that PCSCLITE_CSOCK_NAME names, or unset that variable."), cause: cause)
    }

    private func forbidden(_ number: Int32) -> DoctorFinding {
        .failed(
            .service, "pcsc-socket-forbidden", .notPermitted,
            Sentence(ja: "PC/SC サービスのソケットを開く権限がありません。", en: "This user may not open the service's socket."),
            advice: Sentence(
                ja: "ソケットの権限を確認してください。通常はだれでも読み書きできます（666）。",
                en: "Check the mode of the socket; usually everybody may read and write it (666)."),
            cause: "\(socket): \(String(cString: strerror(number)))")
    }

    // MARK: The service

    private func trouble(_ error: TransportError) -> DoctorFinding {
        let cause = [socket, error.cause].compactMap { $0 }.joined(separator: ": ")
        switch error.code {
        case "pcsc-not-running": return notRunning("\(cause); the socket is there, and nobody answers")
        case "pcsc-not-answering":
            return .failed(
                .service, error.code, error.category,
                Sentence(ja: "PC/SC サービスが応答しません。", en: "The service is there and does not answer."),
                advice: Sentence(ja: "sudo systemctl restart pcscd を実行してください。", en: "Run 'sudo systemctl restart pcscd'."), cause: cause)
        case "pcsc-refused":
            return .failed(
                .service, error.code, error.category,
                Sentence(ja: "PC/SC サービスがこの利用者を拒否しています。", en: "The service refuses this user."), advice: error.sentence, cause: cause)
        default:
            return .failed(
                .service, error.code, error.category, Sentence(ja: "PC/SC サービスに異常があります。", en: "The service reports an error."),
                advice: error.sentence, cause: cause)
        }
    }

    // MARK: The readers

    /// What is to be said of the list of readers.
    static func finding(_ readers: [AttachmentDescription]) -> DoctorFinding {
        let names = readers.map { printable($0.name) }
        switch names.count {
        case 0:
            return .failed(
                .readers, "no-reader", .unavailable, Sentence(ja: "カードリーダーがありません。", en: "There is no card reader."),
                advice: Sentence(
                    ja: "カードリーダーをつないでください。つないであれば、別のUSB端子に挿し直してください。",
                    en: "Connect a card reader; if one is connected, try another USB port."))
        case 1: return .ok(.readers, Sentence(ja: "1台：\(names[0])", en: "One: \(names[0])"))
        default:
            let list = names.joined(separator: ", ")
            return .ok(.readers, Sentence(ja: "\(names.count)台：\(list)", en: "\(names.count): \(list)"))
        }
    }
}
