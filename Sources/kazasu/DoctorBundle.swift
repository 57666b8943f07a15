import Commands
import Diagnosis
import Glibc

/// What is sent to somebody who helps, as JSON Lines: a line on the machine, a line for each check, then the trace of the exchanges.
struct DoctorBundle {
    /// The variables that change what the doctor finds; a bundle says which are set, and never to what.
    static let variables = [
        "KAZASU_CONFIG", "KAZASU_PIN", "KAZASU_READER_KEY", "KAZASU_SIGN_PASSWORD", "KAZASU_TEXT_PIN", "KAZASU_VISUAL_CODE_B",
        "PCSCLITE_CSOCK_NAME",
        "PCSCLITE_DEBUG", "PCSCLITE_FILTER_IGNORE_READER_NAMES", "LIBPCSCLITE_DELEGATE", "LD_PRELOAD", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS",
        "XDG_DATA_HOME", "HOME", "LANG", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "TERM", "TZ",
    ]

    private struct Machine: Encodable {
        struct USBReader: Encodable {
            let id: String
            let claimedBy: String?
            let node: String
        }

        let bundle = 1
        let program: String
        let system: DoctorSystem
        let packages: [String: String]
        let variablesSet: [String]
        let configurationKeys: [String]
        let usb: [USBReader]?
        let readers: [RedactedText]?
        let answerToReset: String?
        let exitStatus: Int32
    }

    private struct Check: Encodable {
        struct Words: Encodable {
            let ja: RedactedText
            let en: RedactedText

            init(_ sentence: Sentence, _ redaction: DoctorRedaction) {
                ja = RedactedText(sentence.japanese, redaction)
                en = RedactedText(sentence.english, redaction)
            }
        }

        let check: String
        let state: String
        let code: String
        let sentence: Words
        let advice: Words?
        let cause: RedactedText?
    }

    let lines: [String]

    init(_ facts: DoctorFacts, _ report: DoctorReport, trace: [String], _ environment: Environment, _ redaction: DoctorRedaction) throws {
        let machine = Machine(
            program: "kazasu \(kazasuVersion)", system: facts.system, packages: facts.packages.versions,
            variablesSet: Self.variables.filter { environment[$0] != nil },
            configurationKeys: Configuration.Key.allCases.filter { facts.configuration?[$0] != nil }.map(\.rawValue),
            usb: facts.usb?.map { .init(id: $0.id, claimedBy: $0.claimedBy, node: $0.access.rawValue) },
            readers: facts.readers?.map { RedactedText($0, redaction) }, answerToReset: facts.answerToReset, exitStatus: report.exitStatus)
        let checks = report.findings.map { finding in
            Check(
                check: finding.check.rawValue, state: finding.state.rawValue, code: finding.code,
                sentence: .init(finding.sentence, redaction), advice: finding.advice.map { .init($0, redaction) },
                cause: finding.cause.map { RedactedText($0, redaction) })
        }
        lines = [try jsonLine(machine)] + (try checks.map { try jsonLine($0) }) + trace
    }

    func write(to path: String, cancellation: Cancellation) throws(FileWriteError) {
        try writeFile(path, Array(lines.map { $0 + "\n" }.joined().utf8), cancellation: cancellation)
    }
}

/// What the examination has learnt beside its findings.
struct DoctorFacts {
    let system: DoctorSystem
    let packages: DoctorPackages
    var configuration: Configuration?
    var usb: [DoctorUSBReader]?
    /// Their names as the service has them.
    var readers: [String]?
    var answerToReset: String?
    /// How the reader was named, on the command line or in the configuration.
    var patterns: [String] = []

    /// `--trust`.
    var trustPath: String?

    init(_ places: DoctorPlaces) {
        system = DoctorSystem(places)
        packages = DoctorPackages(places.packages)
    }

    /// What must be taken out of all that leaves this machine.
    func redaction(_ environment: Environment) -> DoctorRedaction {
        var redaction = DoctorRedaction(environment)
        for serial in (usb ?? []).compactMap(\.serial) where serial.count >= 4 { redaction.hide(serial, as: "(…)") }
        for name in readers ?? [] {
            for written in Set([name, printable(name)]) { redaction.hide(written, as: DoctorRedaction.readerName(written)) }
        }
        for pattern in patterns where mayHoldSerial(pattern) { redaction.hide(pattern, as: "(--reader)") }
        for key in Configuration.Key.allCases where key.isPath {
            if let path = configuration?[key] { redaction.hideFolder(path, as: "(\(key.rawValue))") }
        }
        if let trustPath { redaction.hideFolder(trustPath, as: "(trust)") }
        for name in ["KAZASU_CONFIG", "PCSCLITE_CSOCK_NAME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            if let path = environment[name] { redaction.hidePath(path, as: "(\(name))") }
        }
        return redaction
    }

    /// Whether a pattern is more than a part of what may be known of the readers.
    private func mayHoldSerial(_ pattern: String) -> Bool {
        let known = (readers ?? []).map(DoctorRedaction.readerName) + ["sim:card"]
        return pattern.split(whereSeparator: { "*?".contains($0) }).contains { part in !known.contains { $0.contains(part) } }
    }
}

/// The trace of an examination, in a file that has no name and is gone with this object.
final class DoctorTrace {
    private let descriptor: Int32

    /// An empty one; `nil` where there is no room for it, or no /proc to open it by.
    init?(_ environment: Environment) {
        var template = Array("\(environment["TMPDIR"] ?? "/tmp")/kazasu-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0, unlink(template) == 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, access(path, R_OK | W_OK) == 0 else {
            return nil
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// What it can be opened by.
    var path: String { "/proc/self/fd/\(descriptor)" }

    /// The lines that were written.
    var lines: [String] {
        guard let bytes = try? readFile(path) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}
