/** What was refused and belongs to no field. */
export function FormError({ sentence }: { readonly sentence: string | undefined }) {
  if (!sentence) return null;
  return (
    <p className="form-error" role="alert">
      {sentence}
    </p>
  );
}
