import Glibc

/// The names in a folder in order, without those that begin with a dot; `nil` where it cannot be read.
func folderNames(_ path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        // Of an entry only as much may be read as is there, which is less than its type says.
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

/// The one line of a small file, such as an attribute in sysfs; `nil` where it cannot be read.
func smallText(_ path: String) -> String? {
    guard let bytes = try? readFile(path, limit: 4_096) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init)
}

/// The last part of the path that a symbolic link holds; `nil` for anything else.
func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return target.split(separator: "/").last.map(String.init)
}
