import Diagnosis
import DriverCatalog
import GenericCCID

/// Holds the readers at USB against those of the PC/SC service: one that is missing there has a reason.
struct DoctorUSBCheck {
    let drivers: DoctorDrivers
    /// What is known of readers beside those that are built in.
    var profiles: [ReaderProfile] = []

    /// What is to be said, the readers of the service being `names`; `nil` where it could not be asked.
    func finding(_ seen: [DoctorUSBReader]?, names: [String]?) -> DoctorFinding {
        guard let seen else {
            return .skipped(
                .usb, Sentence(ja: "このシステムではUSBの情報を読めません。", en: "This system shows nothing of USB."))
        }
        guard !seen.isEmpty else {
            return .skipped(.usb, Sentence(ja: "USBにカードリーダーは見当たりません。", en: "No card reader is seen at USB."))
        }
        let list = seen.map { "\($0.id) at \($0.device)" }.joined(separator: ", ")
        if let held = seen.first(where: \.isHeldByKernel) { return heldByKernel(held, othersWork: names?.isEmpty == false) }
        if let reader = untold(seen, names) { return hidesItself(reader, othersWork: seen.count > 1 || names?.isEmpty == false) }
        guard let names else {
            return .ok(
                .usb,
                Sentence(ja: "USBにカードリーダーが\(seen.count)台見えます。", en: "The kernel sees \(counted(seen.count)) at USB."), cause: list)
        }
        guard let missing = missing(seen, names) else {
            return .ok(
                .usb,
                Sentence(
                    ja: "USBのカードリーダー\(seen.count)台を、すべてPC/SC サービスが使っています。",
                    en: "The service has taken all that the kernel sees: \(counted(seen.count))."), cause: list)
        }
        return notTaken(missing, othersWork: !names.isEmpty)
    }

    private func counted(_ count: Int) -> String { count == 1 ? "1 reader" : "\(count) readers" }

    /// The first reader that no name stands for. Of readers of one kind, as many names count as there are.
    private func missing(_ seen: [DoctorUSBReader], _ names: [String]) -> DoctorUSBReader? {
        var used: [String: Int] = [:]
        return seen.first { reader in
            guard let beginning = drivers.name(of: reader) else { return true }
            used[beginning, default: 0] += 1
            return names.count { $0.hasPrefix(beginning) } < used[beginning, default: 0]
        }
    }

    /// The first reader that hides its CCID, and that neither a profile nor the service's driver knows.
    private func untold(_ seen: [DoctorUSBReader], _ names: [String]?) -> DoctorUSBReader? {
        let told = (profiles + ReaderProfile.builtIn).unmarkedReaders.union(DriverCatalog.ownProducts)
        return seen.first { $0.hidden != nil && !told.contains($0.usb) && (names == nil || drivers.name(of: $0) == nil) }
    }

    /// A reader that has to be told of; the cause has the numbers that belong into the file, or why there can be none.
    private func hidesItself(_ reader: DoctorUSBReader, othersWork: Bool) -> DoctorFinding {
        switch reader.offeredProfile {
        case .profile(let line): return asksForProfile(reader, line, othersWork: othersWork)
        case .none(let reason): return allowsNoProfile(reader, reason, othersWork: othersWork)
        }
    }

    private func asksForProfile(_ reader: DoctorUSBReader, _ line: String, othersWork: Bool) -> DoctorFinding {
        let sentence = Sentence(
            ja: "カードリーダー \(reader.id) は、CCIDであることを隠しています（クラスFF）。",
            en: "The reader \(reader.id) hides that it is a CCID reader (class FF).")
        let advice = Sentence(
            ja: "下の値でファイルを書き（書き方は kazasu help readers）、--profile FILE --reader 'usb:\(reader.id)@*' を付けてください。",
            en:
                "Write a file with the values below ('kazasu help readers' shows one), and give --profile FILE --reader 'usb:\(reader.id)@*'."
        )
        return trouble("usb-vendor-class", sentence, advice, line, othersWork: othersWork)
    }

    private func allowsNoProfile(_ reader: DoctorUSBReader, _ reason: String, othersWork: Bool) -> DoctorFinding {
        let sentence = Sentence(
            ja: "カードリーダー \(reader.id) は、CCIDであることを隠しており（クラスFF）、--profile を付けても使えません。",
            en: "The reader \(reader.id) hides that it is a CCID reader (class FF), and no --profile makes it usable.")
        let advice = Sentence(
            ja: "メーカーのドライバーを入れて、PC/SC サービスから使ってください。",
            en: "Install the maker's driver, and use the reader by the PC/SC service.")
        return trouble("usb-vendor-class-unusable", sentence, advice, "no profile: \(reason)", othersWork: othersWork)
    }

    private func heldByKernel(_ reader: DoctorUSBReader, othersWork: Bool) -> DoctorFinding {
        let module = reader.claimedBy ?? ""
        let sentence = Sentence(
            ja: "カードリーダー \(reader.id) を、カーネルのモジュール \(module) が占有しています。",
            en: "The kernel's module \(module) holds the reader \(reader.id).")
        let advice = Sentence(
            ja: "/etc/modprobe.d/ に「blacklist \(module)」と書いたファイルを置き、sudo modprobe -r \(module) を実行して、リーダーを挿し直してください。",
            en: "Put 'blacklist \(module)' into a file in /etc/modprobe.d/, run 'sudo modprobe -r \(module)' and plug the reader in again.")
        let cause = "\(reader.device): claimed by \(module)"
        return trouble("usb-held-by-kernel", sentence, advice, cause, othersWork: othersWork)
    }

    /// A reader that does not work is a failure only where there is no other one.
    private func trouble(
        _ code: String, _ sentence: Sentence, _ advice: Sentence, _ cause: String, othersWork: Bool
    ) -> DoctorFinding {
        othersWork
            ? .warning(.usb, code, sentence, advice: advice, cause: cause)
            : .failed(.usb, code, .unavailable, sentence, advice: advice, cause: cause)
    }

    private func notTaken(_ reader: DoctorUSBReader, othersWork: Bool) -> DoctorFinding {
        let reason = reason(reader)
        let sentence = Sentence(
            ja: "カードリーダー \(reader.id) がPC/SC サービスに現れません。", en: "The reader \(reader.id) does not appear in the service.")
        let cause = "\(reader.device): claimed by \(reader.claimedBy ?? "nobody"), node \(reader.access.rawValue)"
        return trouble(reason.code, sentence, reason.advice, cause, othersWork: othersWork)
    }

    private func reason(_ reader: DoctorUSBReader) -> (code: String, advice: Sentence) {
        if drivers.isEmpty {
            return (
                "usb-driver-missing",
                Sentence(
                    ja: "リーダーのドライバーがありません。sudo apt install libccid を実行してください。",
                    en: "There is no driver for readers; run 'sudo apt install libccid'.")
            )
        }
        if drivers.name(of: reader) == nil {
            return (
                "usb-driver-missing",
                Sentence(
                    ja: "このリーダーに対応したドライバーがありません。サービスなしで使うなら --reader 'usb:\(reader.id)@*'、そうでなければ libccid を更新するか、メーカーのドライバーを入れてください。",
                    en:
                        "No driver knows this reader; use it without the service by --reader 'usb:\(reader.id)@*', update libccid, or install the maker's driver."
                )
            )
        }
        if reader.access == .missing {
            return (
                "usb-node-missing",
                Sentence(
                    ja: "/dev/bus/usb にこのリーダーがありません。コンテナの中なら /dev/bus/usb を渡してください。",
                    en: "It is not in /dev/bus/usb; in a container, pass /dev/bus/usb on.")
            )
        }
        if reader.claimedBy != nil {
            return (
                "usb-held-by-another",
                Sentence(
                    ja: "ほかのプログラムがUSBから直接使っています。そのプログラムを終了し、リーダーを挿し直してください。",
                    en: "Another program uses it directly at USB; end that program and plug the reader in again.")
            )
        }
        return (
            "usb-reader-not-taken",
            Sentence(
                ja: "リーダーを挿し直し、だめなら sudo systemctl restart pcscd を実行してください。",
                en: "Plug the reader in again; else run 'sudo systemctl restart pcscd'.")
        )
    }
}
