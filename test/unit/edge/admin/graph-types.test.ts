// What the API answers is what Microsoft's types say of Graph: the compiler compares, the test runner only loads it.
import type { DirectoryAudit } from '@microsoft/microsoft-graph-types-beta';
import { expectTypeOf, test } from 'vitest';
import type { DirectoryAuditAnswer } from '../../../../edge/admin/directory-audits.ts';

test('directoryAudit', () => {
  expectTypeOf<DirectoryAuditAnswer>().toExtend<DirectoryAudit>();
});
