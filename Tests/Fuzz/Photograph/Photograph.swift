import Glibc
import Photograph

/// A photograph: it is an image within the limits or an error, soon, and in little memory.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPhotograph(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let image = try? GreyImage(jp2: bytes) else { return 0 }
    guard image.width <= 1_024, image.height <= 1_024, image.pixels.count == image.width * image.height else { abort() }
    if (try? image.png()) == nil { abort() }
    return 0
}
