import CPNG

extension GreyImage {
    /// The image as a PNG file (ISO/IEC 15948), by libpng's simplified interface.
    ///
    /// - Throws: `photograph-not-encoded`.
    public func png() throws(PhotographError) -> [UInt8] {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(clamping: width)
        image.height = UInt32(clamping: height)
        image.format = 0  // PNG_FORMAT_GRAY: one channel of eight bits.
        defer { png_image_free(&image) }
        // Compressed data is never much longer than the pixels; the most that libpng can need is asked of it.
        var count = 0
        guard png_image_write_to_memory(&image, nil, &count, 0, pixels, 0, nil) != 0 else { throw .notEncoded }
        var bytes = [UInt8](repeating: 0, count: count)
        guard png_image_write_to_memory(&image, &bytes, &count, 0, pixels, 0, nil) != 0 else { throw .notEncoded }
        return Array(bytes.prefix(count))
    }
}
