import Glibc
import Traces

/// A trace file: records, or an error that names a line of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTrace(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(TraceFileError) {
        guard try !TraceFile.parse(bytes).isEmpty else { abort() }
    } catch {
        guard (1...count + 1).contains(error.line), !error.reason.isEmpty else { abort() }
    }
    return 0
}
