#include <tercet/scalars/kernels/affine_blocks.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/parallel.hpp>
#include <tercet/scalars/machine/scratch.hpp>

#include <algorithm>

namespace tercet::affine {

namespace {

/// One block: the sums chunk by chunk, then the results, each in its rounding mode.
void run_block(const Kernels& with, const Job& job, std::int64_t column, std::int64_t columns, std::int64_t panel,
               std::int64_t panels) {
    const auto kind = static_cast<int>(job.sum);
    Scratch<double> out(static_cast<std::size_t>(planes(job.sum) * columns * panels * PackedMatrix::panel_rows));
    const Block b{
        job.w->panel(panel), job.w->short_panel(panel), job.w->cols, panels, job.x + column, job.offsets, columns,
        out.data()};
    const std::int64_t row = panel * PackedMatrix::panel_rows;
    Scratch<double*> y(static_cast<std::size_t>(columns));
    for (std::int64_t c = 0; c < columns; ++c)
        y[static_cast<std::size_t>(c)] = job.y[column + c] + row * job.row_stride;
    const Results r{out.data(),
                    panels,
                    columns,
                    std::min(panels * PackedMatrix::panel_rows, job.w->rows - row),
                    job.bias ? job.bias + row : nullptr,
                    job.rectify,
                    job.growth,
                    y.data(),
                    job.row_stride};
    if (job.sum == Sum::upward) {
        const UpwardRounding upward;
        with.sums[kind](b);
        with.results[kind](r);
    } else {
        {
            const NearestRounding nearest;
            with.sums[kind](b);
            if (job.sum == Sum::plain) with.results[kind](r);
        }
        if (job.sum != Sum::plain) {
            const UpwardRounding upward;
            with.results[kind](r);
        }
    }
}

}  // namespace

void run(const Kernels& with, const Job& job) {
    const std::int64_t depth = std::max<std::int64_t>(job.w->cols, 1), panels = job.w->panels();
    if (job.columns == 0 || panels == 0) return;
    // a chunk of a block's operands stays in the second cache; where there is but one chunk, few panels keep the sums
    // in the first
    const std::int64_t wide = std::min<std::int64_t>(job.columns, block_columns),
                       tall =
                           std::min<std::int64_t>(panels, depth > chunk ? 32 : std::max<std::int64_t>(2, 256 / wide));
    const std::int64_t across = (job.columns + wide - 1) / wide, down = (panels + tall - 1) / tall;
    const auto block = [&](std::int64_t i) {
        const std::int64_t column = i / down * wide, panel = i % down * tall;
        run_block(with, job, column, std::min(wide, job.columns - column), panel, std::min(tall, panels - panel));
    };
    for_each_in_parallel(across * down, job.columns * panels * 8 * depth, block);
}

}  // namespace tercet::affine
