import Diagnosis
import Glibc

/// A file that was named could not be read.
struct FileError: DiagnosedError {
    let path: String
    let errorNumber: Int32

    var code: String { "file-unreadable" }
    var sentence: Sentence {
        Sentence(ja: "ファイルを読めません。名前と権限を確認してください。", en: "The file cannot be read; check its name and permissions.")
    }
    var cause: String? { "\(path): \(String(cString: strerror(errorNumber)))" }
    var category: FailureCategory { errorNumber == ENOENT ? .noInput : .inputOutput }
}

/// The bytes of a file; `-` is standard input.
func readFile(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, errorNumber: errno) }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return bytes }
        if count > 0 { bytes += buffer[..<count] } else if errno != EINTR { throw FileError(path: path, errorNumber: errno) }
    }
}
