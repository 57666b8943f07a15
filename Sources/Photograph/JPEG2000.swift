import COpenJPEG

extension GreyImage {
    /// Decodes the photograph of a card: greyscale JPEG 2000 in a JP2 file (ISO/IEC 15444-1). OpenJPEG does the work.
    ///
    /// - Throws: `photograph-malformed`, `photograph-unfit`. Any bytes may be given; sizes are checked before memory is reserved.
    public init(jp2 file: [UInt8], limits: PhotographLimits = .cardFace) throws(PhotographError) {
        let codestream = try Codestream(jp2: file, limits: limits)
        let source = MemorySource(codestream.bytes)
        // The stream borrows the source, so it must not go before the stream does.
        defer { withExtendedLifetime(source) {} }
        guard let codec = opj_create_decompress(OPJ_CODEC_J2K) else { throw .malformed("no decoder") }
        defer { opj_destroy_codec(codec) }
        guard let stream = source.makeStream() else { throw .malformed("no decoder") }
        defer { opj_stream_destroy(stream) }

        var parameters = opj_dparameters_t()
        opj_set_default_decoder_parameters(&parameters)
        guard opj_setup_decoder(codec, &parameters) != 0 else { throw .malformed("no decoder") }
        var decoded: UnsafeMutablePointer<opj_image_t>?
        defer { opj_image_destroy(decoded) }
        guard opj_read_header(stream, codec, &decoded) != 0, let decoded else { throw .malformed("a header that cannot be read") }
        // What the decoder understood is what was checked.
        guard decoded.pointee.numcomps == 1, let component = decoded.pointee.comps else { throw .unfit("another image than announced") }
        guard opj_decode(codec, stream, decoded) != 0, opj_end_decompress(codec, stream) != 0 else {
            throw .malformed("image data that cannot be decoded")
        }
        self = try Self.pixels(of: component.pointee, limits)
    }

    /// Samples of `prec` bits, stretched to eight.
    private static func pixels(of component: opj_image_comp_t, _ limits: PhotographLimits) throws(PhotographError) -> GreyImage {
        let (width, height) = (Int(component.w), Int(component.h))
        guard let samples = component.data, (1...limits.side).contains(width), (1...limits.side).contains(height),
            (1...8).contains(component.prec), component.sgnd == 0
        else { throw .malformed("no image data") }
        let greatest = (1 << Int(component.prec)) - 1
        let pixels = UnsafeBufferPointer(start: samples, count: width * height).map { sample in
            UInt8(truncatingIfNeeded: min(max(0, Int(sample)), greatest) * 255 / greatest)
        }
        guard let image = GreyImage(width: width, height: height, pixels: pixels) else { throw .malformed("no image data") }
        return image
    }
}

/// Bytes in memory, read by OpenJPEG as if they were a file.
private final class MemorySource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A stream over the bytes that the caller destroys before the source goes.
    func makeStream() -> UnsafeMutablePointer<opj_stream_t?>? {
        guard let handle = opj_stream_create(65_536, 1) else { return nil }
        opj_stream_set_user_data(handle, Unmanaged.passUnretained(self).toOpaque(), nil)
        opj_stream_set_user_data_length(handle, UInt64(bytes.count))
        opj_stream_set_read_function(handle) { buffer, count, data in MemorySource.of(data)?.read(into: buffer, count) ?? .max }
        opj_stream_set_skip_function(handle) { count, data in MemorySource.of(data)?.skip(count) ?? -1 }
        opj_stream_set_seek_function(handle) { offset, data in MemorySource.of(data)?.seek(to: offset) == true ? 1 : 0 }
        return handle
    }

    private static func of(_ data: UnsafeMutableRawPointer?) -> MemorySource? {
        data.map { Unmanaged<MemorySource>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Copies what is left, `count` bytes at most; all bits set means the end.
    private func read(into buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        let part = min(count, bytes.count - position)
        guard let buffer, part > 0 else { return -1 }
        UnsafeMutableRawBufferPointer(start: buffer, count: part).copyBytes(from: bytes[position..<position + part])
        position += part
        return part
    }

    private func skip(_ count: Int64) -> Int64 {
        guard count >= 0, position < bytes.count else { return -1 }
        let part = min(count, Int64(bytes.count - position))
        position += Int(part)
        return part
    }

    private func seek(to offset: Int64) -> Bool {
        guard offset >= 0, offset <= bytes.count else { return false }
        position = Int(offset)
        return true
    }
}
