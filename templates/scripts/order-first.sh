check_order() {
  check_live
}
