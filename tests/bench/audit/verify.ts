/** Verification, rules included, against one SHA-256 call a record; memory over ten million events. NaN until it is measured. */
export async function measureVerify(): Promise<{ verify_ratio: number; verify_rss_mb: number }> {
  process.stdout.write('   verification is not measured yet\n');
  return await Promise.resolve({ verify_ratio: NaN, verify_rss_mb: NaN });
}
